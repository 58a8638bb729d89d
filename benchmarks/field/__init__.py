"""What museums really bring: each module measures some of the field's cases."""

class SolidLayer {}

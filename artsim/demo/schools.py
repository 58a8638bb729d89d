"""Every generated school, in the order in which works are dealt out to them."""

from artsim.demo import city, construct, facets, gold, impression, ink, stilllife, tonal, woodblock

SCHOOLS = (
    tonal.SCHOOL,
    stilllife.SCHOOL,
    woodblock.SCHOOL,
    impression.SCHOOL,
    gold.SCHOOL,
    construct.SCHOOL,
    city.SCHOOL,
    ink.SCHOOL,
    facets.SCHOOL,
)

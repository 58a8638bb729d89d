"""Years out of the dates that museums display: ``c. 1650/1660``, ``XVI w.``, ``500 v. Chr.``.

Rules, so that nobody has to guess: years before Christ are negative (50 BC is -50); a century is
its hundred (17th: 1600 to 1699; 4th BC: -400 to -301) and so is ``1700s``; ``early``, ``mid`` and
``late`` are thirds rounded up; an open date (``after 1872``, ``before 1140``) gives the year that
it names; ``circa`` widens nothing; several dates give the span over all of them, but what stands
in parentheses or after ``published``, ``printed``, ``cast`` ... counts only if nothing else is
dated; a short second year (``1503-06``) takes the digits that it lacks from the first. A reign or
a dynasty without a year is its span, and counts only if no year is given. ISO 8601 and EDTF count
their years from a year 0 (``-0043`` is 44 BC), a plain ``-43`` does not. Years of other calendars
(AH, BE, BP) and whatever could be of two eras are no date.

No library reads these forms: edtf and dateparser know days of our calendar, babel no centuries.
"""

from artsim.collection.dates.plain import parse_years

__all__ = ["parse_years"]

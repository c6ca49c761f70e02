"""What the comparison across years is made of.

From the ground up: `wordlists` (data/comparing.toml), `naming` (when two names mean one indicator), `series` (the
reports of one unit), `passages` (which sentences speak of several years), `mentions` (the figures that count for a
year), `things` (indicators over the years), `promises`, `levels` (a city beside its province), `keyness`, `changes`
and `tasks`. `textmine.comparing` and `textmine.concepts` put them together.
"""

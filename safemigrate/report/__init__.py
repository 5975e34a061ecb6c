"""A plan, shown: as text for people, as JSON for programs. Neither looks at the database; they render what they get."""

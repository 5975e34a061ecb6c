"""The application whose database the planted revisions change."""

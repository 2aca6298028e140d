"""The steps from one state of the database to the next, in order; each is applied once and never edited afterwards."""

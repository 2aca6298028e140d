"""What every slice stands on: settings, database, clock, sessions, policy, pages, queue, bus. Knows no slice."""

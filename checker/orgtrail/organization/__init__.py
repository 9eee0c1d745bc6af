"""What an input says of an organization trail, in floors: accounts, then subjects, then the world that is asked in."""

"""What `loupe up --demo` provides: a team, two people and three sample loops."""

"""Pure algorithms: labels and their authors, agreement, gates, routing, conditions, what is wrong with a graph."""

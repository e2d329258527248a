"""Models, identifiers and grammars of Loupe: pure values, no input or output."""

"""Everything that answers questions: immutable builds, and the pointer that says which one is active."""

"""From a question and its hits to checked, cited claims."""

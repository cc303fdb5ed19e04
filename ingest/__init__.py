"""From files of published letters to a build that answers questions."""

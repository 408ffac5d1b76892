"""A ticket's story, line by line; each line says who may see it."""

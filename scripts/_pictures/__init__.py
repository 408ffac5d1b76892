"""How scripts/pictures looks at pages: the grid, the camera, the checks and the sheet."""

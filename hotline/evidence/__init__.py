"""Files: kept under their hash, with every hand that touched them."""

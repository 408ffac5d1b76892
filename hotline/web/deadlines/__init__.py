"""Legal clocks and the duties of the insured, as every page draws them."""

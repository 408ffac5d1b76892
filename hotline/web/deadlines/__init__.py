"""Legal clocks and the duties of the insured, as they are drawn and as the desk answers them."""

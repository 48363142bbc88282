"""From what a creator gives to what a look is learned from: collected, cleaned, split, and told in a data card."""

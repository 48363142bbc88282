"""Side-by-side runs against peers: results as JSON, tables made from them."""

"""Hair recoloured: strands, roots and shine stay."""

"""Skin, eyes, teeth and shape retouched by named sliders."""

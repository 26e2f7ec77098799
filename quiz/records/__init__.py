"""Documents that must outlive this product: what they state, how they are proved, how they look."""

"""Why a network answers as it does: for one example, or for all of them."""

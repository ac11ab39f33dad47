"""What happens when workers, Redis and the power fail, and an auditor that counts afterwards."""

"""The front door: the policy, the form, and the person's own page. It sets no cookie and knows nothing of the desk."""

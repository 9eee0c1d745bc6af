"""Who may do what: policy documents, one concrete request (`evaluate`), and all requests at once (`prove`)."""

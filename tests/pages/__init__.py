"""Every page, looked at: accessible, within its budget, usable with keys alone, fit for paper."""

"""Holds what is said on REST against Discord's own OpenAPI document, which a user brings along."""

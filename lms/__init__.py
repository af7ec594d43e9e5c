"""Palier for Flask: the whole application, alone or mounted into another site."""

__version__ = "0.1.0"

"""Teams' room: the only package that may import botbuilder."""

"""Question banks: the models, the loader, the answers' parser and the outline importer. Pure, but for reading files."""

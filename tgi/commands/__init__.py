"""The commands of `storyroom-tgi`, one module each; what is slow to import is imported when one runs."""

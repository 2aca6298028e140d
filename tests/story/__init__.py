"""The whole way of a matter, walked by several people at once in real browsers."""

"""What the figures say: the supervisor's board, the load on desks, visits, and whether it is really fixed."""

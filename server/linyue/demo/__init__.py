"""The sample district: real sub-districts and communities, invented people, three months of matters and meetings.

Main flow: places → people and roles → councils, centres, catalogue → matters and meetings, day by day under a moved
clock, through the same service functions people use. Everything here is marked as sample data.
"""

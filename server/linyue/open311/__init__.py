"""Open311 GeoReport v2: other systems file matters here and follow them, in XML and JSON, as nobody in particular."""

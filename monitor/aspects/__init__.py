"""What a text praises or blames: aspects with the polarity of the clause that speaks of them. Pure."""

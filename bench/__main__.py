"""`make bench`: every measurement, one after the other, at its quick setting."""

from bench import comparison, photos, writers

if __name__ == "__main__":
    comparison.run([])
    writers.run([])
    photos.run([])

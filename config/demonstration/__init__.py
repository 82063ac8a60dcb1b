"""
The demonstration: real foods, three made-up companies, and accounts to try it all.

What is loaded lies in the JSON files; their origins and licences are in `README.md`.
"""

"""Random requests put to a simulator that shares nothing with orgtrail: `python -m tools.replays FOLDER [COUNT]`.

`FOLDER` is where `npm install @cloud-copilot/iam-simulate` was run: a developer's tool under the AGPL, which is neither
shipped nor copied. Each request goes through a random bucket policy, with an SCP, an RCP or S3's public access block
beside it, and both say whether it is let through. `differences.md` explains every kind of difference there is.
"""

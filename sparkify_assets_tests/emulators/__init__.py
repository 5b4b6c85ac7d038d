"""Servers that stand in for AWS: Amazon Redshift (redshift/) and S3 (s3/). They have tests of their own.

Put here emulators and their tests. Do not put here tests of the platform.
"""

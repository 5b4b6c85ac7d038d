"""Servers that stand in for AWS: Amazon Redshift (redshift/) and S3 (s3/).  They have tests of their own."""

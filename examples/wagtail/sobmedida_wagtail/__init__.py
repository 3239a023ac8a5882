"""Shows approved copy in the pages of a Wagtail site, and tells the service what the pages say."""

"""Tasks for partners: whom we asked, what they answered, what they may see, what it costs."""

"""The reference channel: it subscribes like any other and shows what it read as web pages."""

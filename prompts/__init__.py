"""What language models are asked, a file for each task; `catalogue` reads and checks them."""

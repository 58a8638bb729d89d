"""The Streamlit app: the only room that knows Streamlit."""

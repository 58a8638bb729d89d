const saved = async () => {};

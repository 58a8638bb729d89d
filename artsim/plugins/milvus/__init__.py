"""Search on a Milvus server or cluster, for collections that one machine's memory cannot hold."""

"""From Meta's model-parallel PyTorch files to a folder of safetensors, without PyTorch and in little memory.

The road: `find` names the files, `archive` and `unpickle` open them, `flat` and `part` list a part's tensors,
`checkpoint` holds the parts `together` and has `merge` join them, `plan` cuts the result into shards,
`folder` brings those to the disk, `run` leads.
"""

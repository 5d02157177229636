"""Acts and reads: one public function is one act is one transaction."""
